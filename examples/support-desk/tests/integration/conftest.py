"""Clients whose calls are recorded once and then replayed.

`recorder` is the team's test recorder. It wraps a client and looks up each request by its hash in the `recordings`
folder next to the test. It calls the provider only when there is no recording, or with `--record`. After a complete run
it deletes the recordings that no test used.
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
    """The shop's own tools. The recorder records their results too."""
    return recorder.wrap_tools("shop", request.node)


def to_desk(question):
    return [{"role": "system", "content": DESK}, {"role": "user", "content": question}]
