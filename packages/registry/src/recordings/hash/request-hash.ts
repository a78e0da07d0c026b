import { createHash } from 'node:crypto';
import type { Document } from '../documents/document.js';
import { isObject } from '../json/json-value.js';
import { type Normalisation, normaliseBody } from './normalise-body.js';
import { dumps, dumpsMembers } from './python-json.js';
import { urlParts } from './python-url.js';
import { isPythonObject, type PythonObject, type PythonValue, parsePython } from './python-value.js';
import { type VersionMask, versionBit } from './recorder-versions.js';

/** Endpoints shared by all tests: the hash of their requests excludes the test id. */
const SHARED_ENDPOINTS = new Set(['/api/tags', '/v1/models', '/v1/openai/v1/models']);

/** The hash of a request, as 64 hex digits, and the recorder versions that compute it. */
export interface RequestHash {
  hash: string;
  versions: VersionMask;
}

/** The text that each version of a recorder hashes; a version that cannot record such requests has none. */
type HashedText = readonly [version: number, text: string];

/**
 * Returns the hash that each known version of the llama-stack/OGX recorder computes for the request
 * of a recording, as 64 hex digits: newest version first, without duplicates. Empty when no
 * recorder hashes such a request.
 */
export function requestHashes(document: Document): string[] {
  return hashesByVersion(document).map(({ hash }) => hash);
}

/**
 * As `requestHashes`, with the versions that compute each hash.
 *
 * @param testId the test that makes the request, instead of the recorded one
 */
export function hashesByVersion(document: Document, testId?: string | null): RequestHash[] {
  const request = member(document, 'request');
  if (!isPythonObject(request)) return [];
  const versions = new Map<string, VersionMask>();
  const recorded = {
    inference: member(document, 'test_id') ?? null,
    http: request['test_id'] ?? null,
  };
  const tests = testId === undefined ? recorded : { inference: testId, http: testId };
  for (const [version, text] of hashedTexts(request, tests)) {
    versions.set(text, (versions.get(text) ?? 0) | versionBit(version));
  }
  return [...versions].map(([text, mask]) => ({
    hash: createHash('sha256').update(text).digest('hex'),
    versions: mask,
  }));
}

/** The test id that a request of each kind is hashed with. */
interface TestIds {
  inference: PythonValue;
  http: PythonValue;
}

/** Newest version first. */
function hashedTexts(request: PythonObject, tests: TestIds): HashedText[] {
  if ('tool_name' in request) return toolTexts(request);
  const { url, method } = request;
  if (typeof url !== 'string' || typeof method !== 'string') return [];
  if (request['payload'] !== undefined) return httpTexts(request['payload'], url, method, tests.http);
  if (request['body'] !== undefined) return inferenceTexts(request['body'], url, method, tests.inference);
  return [];
}

function toolTexts({ provider, tool_name, kwargs }: PythonObject): HashedText[] {
  if (provider === undefined || tool_name === undefined || kwargs === undefined) return [];
  const text = dumps({ provider, tool_name, kwargs });
  return [4, 3, 2, 1].map((version) => [version, text]);
}

function httpTexts(payload: PythonValue, url: string, method: string, testId: PythonValue): HashedText[] {
  return [4, 3].map((version) => [
    version,
    dumps({
      test_id: testId,
      url,
      method: method.toUpperCase(),
      payload: normaliseBody(payload, {
        providerDetails: version === 4,
        dropStreamOptions: false,
      }),
    }),
  ]);
}

function inferenceTexts(body: PythonValue, url: string, method: string, testId: PythonValue): HashedText[] {
  const { host, path } = urlParts(url);
  const call = { method: dumps(method.toUpperCase()), endpoint: dumps(path) };
  const isolated = SHARED_ENDPOINTS.has(path) ? call : { ...call, test_id: dumps(testId) };
  const version3: Normalisation = { providerDetails: false, dropStreamOptions: false };
  const version4: Normalisation = { providerDetails: true, dropStreamOptions: host.includes('bedrock') };
  // Most bodies need no normalisation and may be large, so the same body is serialised once.
  const raw = dumps(body);
  const bodyFor = (version: Normalisation) => {
    const normalised = normaliseBody(body, version);
    return normalised === body ? raw : dumps(normalised);
  };
  return [
    [4, dumpsMembers({ ...isolated, body: bodyFor(version4) })],
    [3, dumpsMembers({ ...isolated, body: bodyFor(version3) })],
    [2, dumpsMembers({ ...isolated, body: raw })],
    [1, dumpsMembers({ ...call, body: raw })],
  ];
}

/** A member of the outermost object, parsed again with numbers as written. */
function member(document: Document, key: string): PythonValue | undefined {
  const span = isObject(document.value) ? document.members.get(key) : undefined;
  if (span === undefined) return undefined;
  const parsed = parsePython(document.text.slice(...span));
  return 'problem' in parsed ? undefined : parsed.value;
}
