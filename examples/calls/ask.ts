import type { Call, JsonObject, Response } from '../../test/support/recorder.js';
import { addressOf, DESK, parameterOf } from './models.js';

/** Builds the calls of one test file. `suite` is its folder, `file` its name without `.py`. */
export function testFile(suite: string, file: string) {
  const folder = `tests/integration/${suite}`;
  const idOf = (test: string, parameter: string) => `${folder}/${file}.py::${test}${parameter}`;

  return {
    /** A chat completion. `body` has the other fields of the request, without model and messages. */
    chat(test: string, model: string, messages: JsonObject[], body: JsonObject, response: Response): Call {
      return inference(test, model, 'chat/completions', { model, messages, ...body }, response);
    },
    completion(test: string, model: string, body: JsonObject, response: Response): Call {
      return inference(test, model, 'completions', { model, ...body }, response);
    },
    embeddings(test: string, model: string, input: string[], response: Response): Call {
      return inference(test, model, 'embeddings', { model, input, encoding_format: 'float' }, response);
    },
    tool(test: string, model: string, tool: string, values: JsonObject, response: Response): Call {
      const request = { kind: 'tool', provider: 'shop', tool, arguments: values } as const;
      return { suite: folder, testId: idOf(test, parameterOf(model)), request, response };
    },
    message(test: string, model: string, payload: JsonObject, response: Response): Call {
      const request = {
        kind: 'http',
        url: 'https://api.anthropic.com/v1/messages',
        payload: { model, ...payload },
      } as const;
      return { suite: folder, testId: idOf(test, parameterOf(model)), request, response };
    },
  };

  function inference(
    test: string,
    model: string,
    endpoint: string,
    body: JsonObject,
    response: Response,
  ): Call {
    const request = { kind: 'inference', url: addressOf(model, endpoint), body } as const;
    return { suite: folder, testId: idOf(test, parameterOf(model)), request, response };
  }
}

/** A model list, which is read before any test runs. */
export function listing(suite: string, url: string, response: Response): Call {
  return {
    suite: `tests/integration/${suite}`,
    testId: null,
    request: { kind: 'inference', url, body: {} },
    response,
  };
}

/** The first messages of nearly every test. */
export function toDesk(question: string): JsonObject[] {
  return [
    { role: 'system', content: DESK },
    { role: 'user', content: question },
  ];
}

export const STREAM = { stream: true, stream_options: { include_usage: true } };
