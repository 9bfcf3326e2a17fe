"""The rules of every act: one file a subject, one ordered table each; pages, acts and jobs ask the same `may()`."""
