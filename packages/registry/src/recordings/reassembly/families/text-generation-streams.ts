import type { JsonObject } from '../../../vocabulary/recording.js';
import { isObject, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { mergeFields, ownCopy } from '../merging/merge-fields.js';

/** How one API streams its text. */
interface TextStream {
  /** The text of a chunk; null when the chunk is of another API. */
  pieceOf(chunk: JsonObject): string | null;
  /** Whether a chunk repeats the text before it. */
  isCumulative?(chunk: JsonObject): boolean;
  /** The fields of a chunk besides its text; default: all but `skipped`. */
  fieldsOf?(chunk: JsonObject): JsonObject;
  skipped: ReadonlySet<string>;
  /** The response without streaming, from its text and the fields of all chunks. */
  finish(text: string, fields: JsonObject): JsonObject;
}

const titan: TextStream = {
  pieceOf: (chunk) => stringAt(chunk, 'outputText'),
  skipped: new Set(['outputText', 'index']),
  finish: (outputText, { completionReason = null, totalOutputTextTokenCount = null, ...rest }) => ({
    ...rest,
    results: [{ outputText, completionReason, tokenCount: totalOutputTextTokenCount }],
  }),
};

const llama: TextStream = {
  pieceOf: (chunk) => stringAt(chunk, 'generation'),
  skipped: new Set(['generation']),
  finish: (generation, fields) => ({ stop_reason: null, ...fields, generation }),
};

/** Mistral at Bedrock. */
const mistral: TextStream = {
  pieceOf: (chunk) => {
    const outputs = objectsAt(chunk, 'outputs').filter((one) => 'stop_reason' in one);
    return outputs.length === 0 ? null : outputs.map((one) => textAt(one, 'text') ?? '').join('');
  },
  fieldsOf: (chunk) => objectsAt(chunk, 'outputs')[0] ?? {},
  skipped: new Set(['text']),
  finish: (text, fields) => ({ outputs: [{ ...fields, text }] }),
};

const watsonx: TextStream = {
  pieceOf: (chunk) => {
    const texts = objectsAt(chunk, 'results').map((one) => stringAt(one, 'generated_text'));
    return texts.some((text) => text !== null) ? texts.join('') : null;
  },
  fieldsOf: ({ results: _results, ...rest }) => ({
    ...rest,
    result: objectsAt({ results: _results ?? [] }, 'results')[0] ?? {},
  }),
  skipped: new Set(),
  finish: (generated_text, { result, ...rest }) => ({
    ...rest,
    results: [{ ...(isObject(result) ? result : {}), generated_text }],
  }),
};

const cohere: TextStream = {
  pieceOf: (chunk) =>
    'is_finished' in chunk && !('event_type' in chunk) ? (stringAt(chunk, 'text') ?? '') : null,
  skipped: new Set(['text', 'is_finished', 'index', 'response']),
  finish: (text, { finish_reason = null, ...rest }) => ({ ...rest, generations: [{ text, finish_reason }] }),
};

/** Anthropic and newer versions of Sourcegraph send pieces; older ones repeat the text so far. */
const completion: TextStream = {
  pieceOf: (chunk) => {
    if (chunk['type'] !== 'completion') return 'stop_reason' in chunk ? stringAt(chunk, 'completion') : null;
    return stringAt(chunk, 'deltaText') ?? stringAt(chunk, 'completion') ?? '';
  },
  isCumulative: (chunk) => typeof chunk['completion'] === 'string' && !('stop_reason' in chunk),
  skipped: new Set(['completion', 'deltaText', 'type']),
  finish: (text, fields) => ({ ...fields, type: 'completion', completion: text }),
};

/** The last chunk has the whole text. */
const huggingFace: TextStream = {
  pieceOf: (chunk) => {
    const token = objectAt(chunk, 'token');
    if (token === null) return null;
    return (
      stringAt(chunk, 'generated_text') ?? (token['special'] === true ? '' : (stringAt(token, 'text') ?? ''))
    );
  },
  isCumulative: (chunk) => typeof chunk['generated_text'] === 'string',
  skipped: new Set(['token', 'generated_text', 'index', 'top_tokens']),
  finish: (generated_text, fields) => ({ ...fields, generated_text }),
};

const STREAMS: readonly TextStream[] = [titan, llama, mistral, watsonx, cohere, completion, huggingFace];

/** Whether a chunk is of an API that streams only text. */
export function isTextPiece(chunk: JsonObject): boolean {
  return STREAMS.some((stream) => stream.pieceOf(chunk) !== null);
}

/** Reassembles the chunks of an API that streams only text into its response without streaming. */
export function assembleText(chunks: JsonObject[]): JsonObject {
  const stream = STREAMS.find(({ pieceOf }) => chunks.some((chunk) => pieceOf(chunk) !== null));
  if (stream === undefined) return {};
  const fields: JsonObject = {};
  const errors: JsonObject = {};
  let text = '';
  for (const chunk of chunks) {
    const piece = stream.pieceOf(chunk);
    if (chunk['error'] !== undefined) errors['error'] = ownCopy(chunk['error']);
    if (piece === null) continue;
    text = stream.isCumulative?.(chunk) === true ? piece : text + piece;
    mergeFields(fields, stream.fieldsOf?.(chunk) ?? chunk, stream.skipped);
  }
  return { ...stream.finish(text, fields), ...errors };
}

function stringAt(chunk: JsonObject, key: string): string | null {
  const value = chunk[key];
  return typeof value === 'string' ? value : null;
}
