import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SERVICE_STREAMS } from '../../../test/service-streams.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { recogniseBody } from './recognise-body.js';

/** Keys and types that families look for, so that random bodies come near to theirs. */
const KEYS =
  'type event_type object choices message delta text content tool_calls function name arguments index output outputs results data embeddings embedding predictions generations completions completion stop_reason stopReason deltaText generation outputText token generated_text is_finished chunk bytes messageStart contentBlockStart contentBlockDelta contentBlockIndex messageStop metadata toolUse reasoningContent citation citations finish_reason response images pages markdown channels alternatives transcript relevance_score categories category_scores input_tokens error __proto__'.split(
    ' ',
  );
const TYPES =
  'message_start content_block_delta content-start content-delta tool-call-delta tool-plan-delta message-end citation-start completion transcript.text.delta transcript.text.done image_generation.completed response.output_text.delta step.delta text-generation stream-end'.split(
    ' ',
  );

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, '', 'a', '{"a":', 0, 1, -1, 1e9, 0.5, true, ...TYPES),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 5 }),
  ),
}));

const ENDPOINTS = [null, '/v1/chat/completions', '/v1/embeddings', '/v1/audio/transcriptions', '/v1/rerank'];

/** A body is never much larger than what was recorded: indices and counts in it allocate nothing. */
function expectBounded(recorded: JsonValue, endpoint: string | null): void {
  const { body, text } = recogniseBody(recorded, endpoint);
  const given = (JSON.stringify(recorded) ?? '').length;
  expect((JSON.stringify(body) ?? '').length).toBeLessThan(3 * given + 1_000);
  expect((text ?? '').length).toBeLessThan(2 * given + 1_000);
}

it('recognises any JSON without an error, in bounded space', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(...ENDPOINTS), (recorded, endpoint) => {
      expectBounded(recorded, endpoint);
      expectBounded(JSON.stringify(recorded) ?? '', endpoint);
    }),
    { numRuns: 500 },
  );
});

it('reassembles damaged streams without an error, in bounded space', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...KEYS), value), { maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...SERVICE_STREAMS), damage, ([, chunksOf], changes) => {
      const chunks = chunksOf({ thoughts: ['a', 'b'], text: ['c', 'd'], json: ['{"a":', '1}'] });
      for (const [at, key, changed] of changes) {
        const chunk = chunks[at % chunks.length] as JsonObject;
        const inner = Object.values(chunk).find((field) => typeof field === 'object' && field !== null);
        Object.defineProperty(at % 2 === 0 || !inner ? chunk : inner, key, {
          value: changed,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      expectBounded(chunks, null);
    }),
    { numRuns: 500 },
  );
});
