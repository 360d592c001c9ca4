"""People in a workspace: who may be told of, who leaves, and who was erased."""
