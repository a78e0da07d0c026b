import { createHash } from 'node:crypto';
import { isObject } from '../json/json-value.js';
import type { Document } from '../json/open-document.js';
import { type Normalisation, normaliseBody } from './normalise-body.js';
import { dumps, dumpsMembers } from './python-json.js';
import { urlParts } from './python-url.js';
import { isPythonObject, type PythonObject, type PythonValue, parsePython } from './python-value.js';

/** Endpoints shared by all tests: the hash of their requests excludes the test id. */
const SHARED_ENDPOINTS = new Set(['/api/tags', '/v1/models', '/v1/openai/v1/models']);

/**
 * Returns the hash that each known version of the llama-stack/OGX recorder computes for the request
 * of a recording, as 64 hex digits: newest version first, without duplicates. Empty when no
 * recorder hashes such a request.
 */
export function requestHashes(document: Document): string[] {
  const request = member(document, 'request');
  if (!isPythonObject(request)) return [];
  const texts = new Set(hashedTexts(request, member(document, 'test_id') ?? null));
  return [...texts].map((text) => createHash('sha256').update(text).digest('hex'));
}

/** The text that each version hashes, newest first. */
function hashedTexts(request: PythonObject, testId: PythonValue): string[] {
  if ('tool_name' in request) return toolTexts(request);
  const { url, method } = request;
  if (typeof url !== 'string' || typeof method !== 'string') return [];
  if (request['payload'] !== undefined) return httpTexts(request, url, method);
  if (request['body'] !== undefined) return inferenceTexts(request['body'], url, method, testId);
  return [];
}

function toolTexts({ provider, tool_name, kwargs }: PythonObject): string[] {
  if (provider === undefined || tool_name === undefined || kwargs === undefined) return [];
  return [dumps({ provider, tool_name, kwargs })];
}

function httpTexts(request: PythonObject, url: string, method: string): string[] {
  return [true, false].map((providerDetails) =>
    dumps({
      test_id: request['test_id'] ?? null,
      url,
      method: method.toUpperCase(),
      payload: normaliseBody(request['payload'] ?? null, { providerDetails, dropStreamOptions: false }),
    }),
  );
}

function inferenceTexts(body: PythonValue, url: string, method: string, testId: PythonValue): string[] {
  const { host, path } = urlParts(url);
  const call = { method: dumps(method.toUpperCase()), endpoint: dumps(path) };
  const isolated = SHARED_ENDPOINTS.has(path) ? call : { ...call, test_id: dumps(testId) };
  const version3: Normalisation = { providerDetails: false, dropStreamOptions: false };
  const version4: Normalisation = { providerDetails: true, dropStreamOptions: host.includes('bedrock') };
  // Most bodies need no normalisation and may be large, so the same body is serialised once.
  const raw = dumps(body);
  const texts = [version4, version3].map((version) => {
    const normalised = normaliseBody(body, version);
    return normalised === body ? raw : dumps(normalised);
  });
  return [
    ...[...texts, raw].map((text) => dumpsMembers({ ...isolated, body: text })),
    dumpsMembers({ ...call, body: raw }),
  ];
}

/** A member of the outermost object, parsed again with numbers as written. */
function member(document: Document, key: string): PythonValue | undefined {
  const span = isObject(document.value) ? document.members.get(key) : undefined;
  if (span === undefined) return undefined;
  const parsed = parsePython(document.text.slice(...span));
  return 'problem' in parsed ? undefined : parsed.value;
}
