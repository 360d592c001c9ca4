"""Benefits, costs, cash flow, returns, uncertainty."""
