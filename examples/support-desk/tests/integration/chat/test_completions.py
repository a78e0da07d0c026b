import pytest

from ..conftest import LLAMA

TAG = 'Tag this message with one word: "My brakes squeal in the rain."\nTag:'


@pytest.mark.parametrize("txt", [LLAMA], ids=lambda txt: f"txt={txt}")
def test_tag(client, model):
    answer = client.completions.create(model=model, prompt=TAG, stream=False)
    assert answer.choices[0].text.strip() == "brakes"


@pytest.mark.parametrize("txt", [LLAMA], ids=lambda txt: f"txt={txt}")
def test_tag_streaming(client, model):
    stream = client.completions.create(model=model, prompt=TAG, stream=True)
    assert "".join(piece.choices[0].text for piece in stream).startswith("brakes")
