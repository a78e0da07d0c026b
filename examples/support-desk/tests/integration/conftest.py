"""Clients whose calls are recorded once and replayed ever after.

`recorder` is the team's test recorder: it wraps a client, looks each request up under its hash in the `recordings`
folder beside the test, and asks the provider only where there is no recording or `--record` says so. What no test
asked for in a whole run, it deletes.
"""

import anthropic
import openai
import pytest
import recorder

GPT = "openai/gpt-4o"
LLAMA = "ollama/llama3.2:3b"
ADDRESSES = {"openai": "https://api.openai.com/v1", "ollama": "http://127.0.0.1:11434/v1"}
DESK = "You answer customers of a bicycle shop. Be brief and friendly."


@pytest.fixture
def client(txt, request):
    """An OpenAI client for the provider that the parameter `txt` names."""
    provider = txt.split("/")[0]
    return recorder.wrap(openai.OpenAI(base_url=ADDRESSES[provider]), request.node)


@pytest.fixture
def model(txt):
    return txt.split("/", 1)[1]


@pytest.fixture
def claude(request):
    return recorder.wrap(anthropic.Anthropic(), request.node)


@pytest.fixture
def shop_tools(request):
    """The shop's own tools; their results are recorded like answers."""
    return recorder.wrap_tools("shop", request.node)


def to_desk(question):
    return [{"role": "system", "content": DESK}, {"role": "user", "content": question}]
