import json

import pytest

from ..conftest import GPT, LLAMA, to_desk

ANGRY = "This is the third time my wheel comes back bent! I want to speak to somebody NOW."


def tool(name, *parameters):
    properties = {parameter: {"type": "string"} for parameter in parameters}
    schema = {"type": "object", "properties": properties, "required": list(parameters)}
    return {"type": "function", "function": {"name": name, "parameters": schema}}


@pytest.mark.parametrize(
    "txt,options",
    [(GPT, {}), (LLAMA, {"stream": True, "stream_options": {"include_usage": True}})],
    ids=[f"txt={GPT}", f"txt={LLAMA}"],
)
def test_angry_customer_gets_a_ticket(client, model, options, tool_calls_of):
    tools = [tool("open_ticket", "subject", "priority")]
    answer = client.chat.completions.create(
        model=model, messages=to_desk(ANGRY), tools=tools, tool_choice="auto", **options
    )
    # This test accepts any ticket; only the drift report shows that its priority changed.
    assert [call.name for call in tool_calls_of(answer)] == ["open_ticket"]


@pytest.mark.parametrize("txt", [GPT], ids=lambda txt: f"txt={txt}")
def test_two_tools_at_once(client, model, tool_calls_of):
    stream = client.chat.completions.create(
        model=model,
        messages=to_desk("Do you have the red 54 cm frame, and the blue one?"),
        tools=[tool("in_stock", "frame", "colour")],
        stream=True,
        stream_options={"include_usage": True},
    )
    colours = {json.loads(call.arguments)["colour"] for call in tool_calls_of(stream)}
    assert colours == {"red", "blue"}
