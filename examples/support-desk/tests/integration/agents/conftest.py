import pytest


@pytest.fixture
def tool_calls_of():
    """Returns the functions that a response calls, streamed or not."""

    def read(answer):
        if hasattr(answer, "choices"):
            return [call.function for call in answer.choices[0].message.tool_calls]
        calls = {}
        for chunk in answer:
            for choice in chunk.choices:
                for piece in choice.delta.tool_calls or []:
                    known = calls.setdefault(piece.index, piece.function)
                    if known is not piece.function:
                        known.arguments += piece.function.arguments or ""
        return list(calls.values())

    return read
