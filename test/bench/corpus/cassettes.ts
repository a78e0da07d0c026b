import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { makeFolder } from '../../support/folder.js';
import { chance, text, word } from './chance.js';
import type { Corpus, CorpusFile } from './corpus.js';
import { type SizePoint, shareOf, sizeAt } from './sizes.js';

type Random = () => number;

/** What one project had in June 2026. */
const LIKE_THE_REAL_ONE = { count: 1_301, bytes: 22_100_000 };

/** How large its cassettes were. */
const POINTS: SizePoint[] = [
  [0, 1_900],
  [0.25, 3_900],
  [0.5, 7_400],
  [0.75, 16_000],
  [0.9, 38_000],
  [0.99, 160_000],
  [1, 900_000],
];
/** An interaction without its messages: most of it are headers. */
const ENVELOPE = 3_000;

/**
 * Writes cassettes of vcrpy that are made up and as many, as large and as nested as a real project's: the same
 * bytes on every machine and in every run.
 */
export async function generateCassettes({ count, bytes } = LIKE_THE_REAL_ONE): Promise<Corpus> {
  const folder = await makeFolder();
  const sizes = Array.from({ length: count }, (_, index) => sizeAt(shareOf(index, count), POINTS));
  const factor = bytes / sizes.reduce((sum, size) => sum + size, 0);
  const files: CorpusFile[] = [];
  for (const [index, size] of sizes.entries()) {
    const random = chance(index * 7_919 + 13);
    const path = `tests/models/cassettes/test_${word(random)}_${index % 40}/test_${word(random)}_${index}.yaml`;
    const content = Buffer.from(cassetteOf(random, size * factor));
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), content);
    files.push({ path, size: content.length, digest: createHash('sha256').update(content).digest('hex') });
  }
  return {
    name: `${count} generated cassettes`,
    folder: folder.path,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The text of one cassette of about so many bytes. */
export function cassetteOf(random: Random, size: number): string {
  const calls = Math.max(
    1,
    Math.min(Math.round(random() * 5), Math.floor(size / 5_000)),
    Math.floor(size / 100_000),
  );
  const model = random() < 0.7 ? 'gpt-4o-2024-08-06' : 'gpt-4o-mini';
  const room = Math.max(150, 0.96 * (size / calls - ENVELOPE));
  const parsed = random() < 0.7;
  const interactions = Array.from({ length: calls }, () => interactionOf(random, { model, room, parsed }));
  return dump({ interactions, version: 1 }, { sortKeys: true, lineWidth: 120 });
}

/** @param of.parsed whether bodies are YAML, as the serializer of pydantic-ai writes them, or JSON texts */
function interactionOf(random: Random, of: { model: string; room: number; parsed: boolean }) {
  const { model, room, parsed } = of;
  const request = { messages: conversation(random, room * 0.7), model, stream: false, tool_choice: 'auto' };
  const message = { annotations: [], content: text(random, room * 0.3), refusal: null, role: 'assistant' };
  const response = {
    choices: [{ finish_reason: 'stop', index: 0, logprobs: null, message }],
    created: 1_767_603_600,
    id: `chatcmpl-${digits(random, 29)}`,
    model,
    object: 'chat.completion',
    service_tier: 'default',
    system_fingerprint: `fp_${digits(random, 10)}`,
    usage: {
      completion_tokens: 90,
      completion_tokens_details: { audio_tokens: 0, reasoning_tokens: 0 },
      prompt_tokens: 120,
      prompt_tokens_details: { audio_tokens: 0, cached_tokens: 0 },
      total_tokens: 210,
    },
  };
  const requestBody = parsed ? { parsed_body: request } : { body: JSON.stringify(request) };
  const responseBody = parsed ? { parsed_body: response } : { body: { string: JSON.stringify(response) } };
  return {
    request: {
      ...requestBody,
      headers: headersOf(random, [
        'accept',
        'accept-encoding',
        'connection',
        'content-type',
        'host',
        'user-agent',
      ]),
      method: 'POST',
      uri: 'https://api.openai.com/v1/chat/completions',
    },
    response: {
      ...responseBody,
      headers: headersOf(random, [
        ...[
          'access-control-expose-headers',
          'alt-svc',
          'cf-ray',
          'connection',
          'content-type',
          'openai-version',
        ],
        ...['strict-transport-security', 'transfer-encoding', 'x-request-id', 'openai-processing-ms'],
      ]),
      status: { code: 200, message: 'OK' },
    },
  };
}

/** Messages with a tool call among them, which JSON nests in a text. */
function conversation(random: Random, room: number): object[] {
  const call = {
    function: { arguments: JSON.stringify({ query: text(random, 30) }), name: `get_${word(random)}` },
    id: `call_${digits(random, 24)}`,
    type: 'function',
  };
  return [
    { content: text(random, room * 0.3), role: 'system' },
    { content: text(random, room * 0.3), role: 'user' },
    { content: null, role: 'assistant', tool_calls: [call] },
    { content: text(random, room * 0.4), role: 'tool', tool_call_id: call.id },
  ];
}

function headersOf(random: Random, names: string[]): Record<string, string[]> {
  return Object.fromEntries(names.map((name) => [name, [text(random, 12 + Math.floor(random() * 30))]]));
}

/** An id. Letters of both cases could look like a key of some provider. */
function digits(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 10)).join('');
}
