import { createHash } from 'node:crypto';

// Recordings of which each version of the recorder computes another name.

/** A request of which the recorder versions 2 to 4 see other texts. */
const TEXTS = { 2: 'score: 0.1234567', 3: 'score: 0.12346', 4: 'score: __NORMALIZED__' };

export interface Made {
  folder: string;
  test: string | null;
  /** The version that computes the hash in the name; 0: none. */
  version: 0 | 1 | 2 | 3 | 4;
  endpoint?: string;
  isModelList?: boolean;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The hash of one version, with Python's `json.dumps` written out. */
function hashOf(test: string | null, url: string, version: Made['version']): string {
  if (version === 0) return '0'.repeat(64);
  const text = TEXTS[version === 1 ? 2 : version];
  const shared = `{"body": {"ask": "${text}"}, "endpoint": "${url}", "method": "POST"`;
  const isolated = version === 1 ? '}' : `, "test_id": ${JSON.stringify(test)}}`;
  return sha256(shared + isolated);
}

/** The path and the text of a recording. */
export function made({
  folder,
  test,
  version,
  endpoint = '/v1/chat/completions',
  isModelList = false,
}: Made): [string, string] {
  // The URL of a list differs from the shared ones, so that its hash has the test id.
  const url = `/x${endpoint}`;
  const whole = hashOf(test, url, version);
  const hash = version === 1 ? whole.slice(0, 12) : whole;
  const name = isModelList ? `models-${hash}-0a1b2c3d` : hash;
  const recording = {
    test_id: test,
    request: {
      method: 'POST',
      url: `http://h${url}`,
      headers: {},
      body: { ask: TEXTS[2] },
      endpoint,
      model: '',
    },
    response: { body: [], is_streaming: false },
  };
  return [`${folder}/${name}.json`, JSON.stringify(recording)];
}
