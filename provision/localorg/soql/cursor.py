"""Walking over the tokens of a query."""

from typing import Final

from provision.localorg.soql.refusals import TOO_DEEP, UNEXPECTED, BadQuery
from provision.localorg.soql.tokens import Token

_DEEPEST: Final = 100


class Cursor:
    """The token to be read next, and how deep in parentheses it is."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._next]

    @property
    def after(self) -> Token:
        """The token behind the next one."""
        return self._tokens[min(self._next + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read the next token, whatever it is."""
        token = self.token
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def took_word(self, *words: str) -> bool:
        """Read these words if they come next, one after the other."""
        ahead = self._tokens[self._next : self._next + len(words)]
        if len(ahead) < len(words) or not all(t.is_word(w) for t, w in zip(ahead, words, strict=True)):
            return False
        self._next += len(words)
        return True

    def took_sign(self, sign: str) -> bool:
        """Read this sign if it comes next."""
        if not self.token.is_sign(sign):
            return False
        self.take()
        return True

    def need_word(self, word: str) -> None:
        """Read this word; raises `BadQuery` where another token comes."""
        if not self.took_word(word):
            raise self.unexpected()

    def need_sign(self, sign: str) -> None:
        """Read this sign; raises `BadQuery` where another token comes."""
        if not self.took_sign(sign):
            raise self.unexpected()

    def open(self) -> None:
        """Read an opening parenthesis; raises `BadQuery` where they go too deep."""
        self.need_sign("(")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadQuery(TOO_DEEP, None)

    def close(self) -> None:
        """Read a closing parenthesis."""
        self.need_sign(")")
        self._depth -= 1

    def unexpected(self) -> BadQuery:
        """The refusal of the next token; the caller raises it."""
        return BadQuery(UNEXPECTED, self.token.at, token=self.token.text)
