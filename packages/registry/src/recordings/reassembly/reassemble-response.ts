import type { Answer, JsonObject } from '../../vocabulary/recording.js';
import type { RecordedCall, RecordedException } from '../call/recorded-call.js';
import { headerOf } from '../http/headers.js';
import { isObject } from '../json/json-value.js';
import type { RecognisedBody } from './reassemble-stream.js';
import { recogniseBody } from './recognise-body.js';
import { toolResultText } from './tool-result-text.js';
import { unwrap } from './unwrap.js';

/**
 * The response of a recorded call as a test sees it: without wrappers, with streams reassembled.
 * Never throws.
 */
export function reassembleResponse(call: RecordedCall): Answer {
  const { response } = call;
  const status = response.status ?? response.exception?.status ?? null;
  const recognised = bodyOf(call);
  return {
    shape: recognised.shape,
    outcome: response.exception !== null || (status !== null && status >= 400) ? 'ERROR' : 'SUCCESS',
    isStreaming: response.isStreaming ?? (recognised.wasStream || isUnreadStream(call, recognised)),
    status,
    body: recognised.body,
    text: recognised.text,
  };
}

const STREAM_TYPE = /^(?:text\/event-stream|application\/(?:vnd\.amazon\.eventstream|x-ndjson))\b/i;

/** A stream without events, or of an API without a family, is known by its content type alone. */
function isUnreadStream({ response }: RecordedCall, { shape, body }: RecognisedBody): boolean {
  const type = headerOf(response.headers, 'content-type');
  return shape === 'unknown' && !isObject(body) && type !== null && STREAM_TYPE.test(type);
}

function bodyOf(call: RecordedCall): RecognisedBody {
  const { body: recorded, exception } = call.response;
  const body = unwrap(recorded);
  if (call.isTool && exception === null) {
    return { shape: 'tool', body, text: toolResultText(body), wasStream: false };
  }
  if (exception === null) return recogniseBody(body, call.endpoint);
  return exceptionBody(exception, body === null ? null : recogniseBody(body, call.endpoint));
}

/**
 * When a stream ends in an exception, the chunks before it become the `partial` field of the body.
 */
function exceptionBody(exception: RecordedException, partial: RecognisedBody | null): RecognisedBody {
  const { type, message, status, data } = exception;
  const body: JsonObject = { type, message };
  if (status !== null) body['status'] = status;
  if (data !== null) body['data'] = data;
  if (partial !== null) body['partial'] = partial.body;
  return { shape: 'exception', body, text: message || null, wasStream: partial?.wasStream ?? false };
}
