import json

import openai
import pytest

from ..conftest import GPT, to_desk

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {
                "type": "object",
                "properties": {"order": {"type": "integer"}},
                "required": ["order"],
            },
        },
    }
    for name in ("look_up_order", "refund")
]


@pytest.mark.parametrize("txt", [GPT], ids=lambda txt: f"txt={txt}")
def test_refund_of_a_lost_order(client, model, shop_tools):
    messages = to_desk("Order 1042 never arrived. I want my money back.")
    used = []
    while len(used) < 2:
        answer = client.chat.completions.create(model=model, messages=messages, tools=TOOLS)
        message = answer.choices[0].message
        call = message.tool_calls[0]
        used.append(call.function.name)
        result = shop_tools.invoke(call.function.name, json.loads(call.function.arguments))
        messages += [message, {"role": "tool", "tool_call_id": call.id, "content": result.content}]
    assert used == ["look_up_order", "refund"]


@pytest.mark.parametrize("txt", [GPT], ids=lambda txt: f"txt={txt}")
def test_rate_limit_is_passed_on(client, model):
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(model=model, messages=to_desk("Hello?"), tools=TOOLS)
