import anthropic
import pytest

from ..conftest import DESK

HAIKU = pytest.mark.parametrize("txt", ["anthropic/claude-3-5-haiku-latest"], ids=lambda txt: f"txt={txt}")
LOOK_UP = {
    "name": "look_up_order",
    "input_schema": {"type": "object", "properties": {"order": {"type": "integer"}}},
}


def asked(model, question):
    return {
        "model": model,
        "max_tokens": 200,
        "system": DESK,
        "messages": [{"role": "user", "content": question}],
    }


@HAIKU
def test_greeting(claude, model):
    answer = claude.messages.create(**asked(model, "Good morning!"))
    assert "bicycle" in answer.content[0].text


@HAIKU
def test_directions_streaming(claude, model):
    with claude.messages.stream(**asked(model, "How do I find you?")) as stream:
        assert "station" in "".join(stream.text_stream)


@HAIKU
def test_order_is_looked_up(claude, model):
    answer = claude.messages.create(**asked(model, "Where is order 1042?"), tools=[LOOK_UP])
    assert answer.content[0].input == {"order": 1042}


@HAIKU
def test_overload_is_passed_on(claude, model):
    with pytest.raises(anthropic.APIStatusError):
        claude.messages.create(**asked(model, "Are you there?"))
