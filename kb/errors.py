"""What can go wrong in the knowledge base, each with one line for the person who meets it.

* KBError
  - RecordNotFound              no such report, problem or page
  - AmbiguousName               the words given fit more than one report
  - WrongState                  a report is not in the state that the step needs
  - BadValue                    a correction that the field cannot hold
  - BadBackup                   a backup that is damaged, or none
  - NotAllowed                  the person's role does not cover the step
  - StoreUnavailable            the database cannot be opened, read or written
    - SchemaTooNew              it was written by a newer release
  - IndexUnavailable            the vector index cannot be used; all else goes on
    - IndexBusy                 another process owns it
    - IndexMismatch             it was made with another encoder, dimension or metric
      - IndexMissing            there is none yet
  - EncoderUnavailable          no embedding weights, or other ones than expected
  - ClusterUnavailable          no cluster to read on, or one of another release
"""

from __future__ import annotations


class KBError(Exception):
    """Base of all; `str()` is a whole sentence that says what happened and what to do."""


class RecordNotFound(KBError):
    """No such report, problem or page is held."""


class AmbiguousName(KBError):
    """The words given fit more than one report."""


class WrongState(KBError):
    """The report is not in the state that the step needs."""


class BadValue(KBError):
    """The field cannot hold the value given."""


class BadBackup(KBError):
    """The file is no backup, is damaged, or was made by a newer release."""


class NotAllowed(KBError):
    """The person is not known here, or their role does not cover the step."""


class StoreUnavailable(KBError):
    """The database cannot be opened, read or written."""


class SchemaTooNew(StoreUnavailable):
    """The database was written by a newer release than this one."""


class IndexUnavailable(KBError):
    """The vector index cannot be used; records and full text go on without it."""


class IndexBusy(IndexUnavailable):
    """Another process owns the embedded index."""


class IndexMismatch(IndexUnavailable):
    """The index was made with another encoder, dimension or metric."""


class IndexMissing(IndexMismatch):
    """No index was made there yet."""


class EncoderUnavailable(KBError):
    """The embedding weights are missing or are not the ones expected."""


class ClusterUnavailable(KBError):
    """The cluster that is to read does not answer, or cannot read as this release does."""
