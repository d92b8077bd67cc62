"""Sequences of questions that one unlocking carries: the interview, the review of who is safe, the inbox by day."""
