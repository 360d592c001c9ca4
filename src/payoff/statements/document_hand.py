"""The writer's hand for documents.

Question  How do changes of documents take their place in the writer's group?
"""

from collections.abc import Sequence

from payoff.statements.connection import Connection
from payoff.statements.document_writing import delete_documents, put_document
from payoff.statements.work import DeleteDocuments, PutDocument, Work


class DocumentHand:
    """Decides one after the other, each on what those before left."""

    def write(self, connection: Connection, works: Sequence[Work], now_us: int) -> None:
        """Put or delete, and set each outcome."""
        for work in works:
            change = work.change
            if isinstance(change, PutDocument):
                ending = put_document(connection, change, now_us)
            elif isinstance(change, DeleteDocuments):
                ending = delete_documents(connection, change)
            else:
                continue
            work.outcome, work.detail, work.etag = ending

    def settle(self, kept: bool) -> None:
        """Nothing is remembered between transactions."""

    def forget(self, n_erasures: int) -> None:
        """Nothing was remembered."""
