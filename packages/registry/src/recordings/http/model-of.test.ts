import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { modelOf } from './model-of.js';

const form = (...parts: string[]) =>
  [...parts.map((part) => `--edge\r\nContent-Disposition: form-data; ${part}\r\n`), '--edge--\r\n'].join('');
const file =
  'name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\nRIFF\0\0name="model"\r\n\r\nfake';

describe('modelOf', () => {
  it.each<[url: string, body: JsonValue, model: string | null]>([
    // In the body.
    ['https://api.openai.com/v1/chat/completions', { model: 'gpt-4o' }, 'gpt-4o'],
    ['https://h/v1/responses', { model: ' gpt-4o ', input: 'x' }, 'gpt-4o'],
    ['https://h/invoke', { modelId: 'amazon.titan' }, 'amazon.titan'],
    ['https://h/ml/v1/text/generation', { model_id: 'ibm/granite' }, 'ibm/granite'],
    ['https://h/x', { deployment: 'my-gpt' }, 'my-gpt'],
    ['https://h/x', { model: '' }, null],
    ['https://h/x', { model: { name: 'Tesla' } }, null],
    ['https://h/v1beta/models/m:embedContent', { model: 'models/text-embedding-004' }, 'text-embedding-004'],
    ['https://h/x', { model: 'publishers/google/models/gemini-2.5-pro' }, 'gemini-2.5-pro'],
    [
      'https://h/v1/chat/completions',
      { model: 'accounts/fireworks/models/llama' },
      'accounts/fireworks/models/llama',
    ],
    ['https://h/v1/chat/completions', { model: 'openai/gpt-4o' }, 'openai/gpt-4o'],
    [
      'https://h/v1/messages/batches',
      { requests: [{ params: { model: 'a' } }, { params: { model: 'a' } }] },
      'a',
    ],
    [
      'https://h/v1/messages/batches',
      { requests: [{ params: { model: 'a' } }, { params: { model: 'b' } }] },
      null,
    ],
    ['https://h/v1/messages/batches', { requests: [{ params: { model: 'a' } }, {}] }, null],
    // In a form.
    ['https://h/v1/audio/transcriptions', form('name="model"\r\n\r\nwhisper-1', file), 'whisper-1'],
    ['https://h/v1/audio/transcriptions', form('name=model\r\nContent-Type: text/plain\r\n\r\nw'), 'w'],
    [
      'https://h/v1/audio/transcriptions',
      binaryOf(Buffer.from(`${form(file, 'name="model"\r\n\r\nw')}\xff`, 'latin1')),
      'w',
    ],
    ['https://h/v1/audio/transcriptions', form(file), null],
    [
      'https://h/v1/audio/transcriptions',
      form('name="model"; filename="m.txt"\r\n\r\nx').replaceAll('\r\n', '\n'),
      'x',
    ],
    ['https://h/x', 'prompt=a+b&model=openai%2Fgpt-4o&n=1', 'openai/gpt-4o'],
    ['https://h/x', 'see model=gpt-4o', null],
    // In the URL.
    ['https://h/v1beta/models/gemini-2.5-flash:generateContent', {}, 'gemini-2.5-flash'],
    ['https://h/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', null, 'gemini-2.5-flash'],
    [
      'https://h/v1beta1/projects/p/locations/l/publishers/anthropic/models/claude@20250219:rawPredict',
      {},
      'claude@20250219',
    ],
    ['https://h/v1/projects/p/locations/l/publishers/google/models/imagen:predict', {}, 'imagen'],
    ['https://h/v1beta/tunedModels/mine:generateContent', {}, 'mine'],
    [
      'https://bedrock-runtime.<AWS_REGION>.amazonaws.com/model/us.amazon.nova-lite-v1:0/converse',
      {},
      'us.amazon.nova-lite-v1:0',
    ],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-lite-v1%3A0/invoke',
      {},
      'us.amazon.nova-lite-v1:0',
    ],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aprofile%2Fmine/converse',
      {},
      'arn:aws:bedrock:profile/mine',
    ],
    [
      'https://x.openai.azure.com/openai/deployments/my-gpt4/chat/completions?api-version=1',
      { messages: [] },
      'my-gpt4',
    ],
    ['https://api.openai.com/v1/engines/davinci/completions', {}, 'davinci'],
    ['https://api.openai.com/v1/models/gpt-4', null, 'gpt-4'],
    ['https://api.openai.com/v1/models/ft:gpt-4o:org::a1', null, 'ft:gpt-4o:org::a1'],
    ['http://localhost:11434/v1/models/llama3:latest', null, 'llama3:latest'],
    ['https://api-inference.huggingface.co/models/owner/name', { inputs: 'x' }, 'owner/name'],
    [
      'https://router.huggingface.co/hf-inference/models/owner/name/pipeline/feature-extraction',
      {},
      'owner/name',
    ],
    ['https://api-inference.huggingface.co/pipeline/feature-extraction/owner/name', {}, 'owner/name'],
    ['https://api.deepgram.com/v1/listen?model=nova-3&smart_format=true', 'RIFF', 'nova-3'],
    ['<OLLAMA_API_BASE>/chat/completions', { model: 'qwen3' }, 'qwen3'],
    ['/v1beta/models/gemini:countTokens', {}, 'gemini'],
    ['https://h/model/%E0%A4%A/converse', {}, '%E0%A4%A'],
    ['https://api-inference.huggingface.co/models/gpt2', { inputs: 'x' }, 'gpt2'],
    ['https://api.replicate.com/v1/models/meta/llama-3/predictions', { input: {} }, 'meta/llama-3'],
    ['https://openrouter.ai/api/v1/models/openai/gpt-4o/endpoints', null, 'openai/gpt-4o'],
    ['https://x.databricks.com/serving-endpoints/llama-3/invocations', {}, 'llama-3'],
    ['https://api.cloudflare.com/client/v4/accounts/a/ai/run/@cf/meta/llama-3', {}, '@cf/meta/llama-3'],
    ['https://h/v1/models/mine/infer', {}, 'mine'],
    // Names of something else.
    ['https://h/v1/projects/p/locations/l/models/123456', null, null],
    ['https://h/v1/models/owner/name', null, null],
    ['https://x.databricks.com/serving-endpoints/chat/completions', {}, null],
    ['https://x.services.ai.azure.com/models/chat/completions', {}, null],
    ['https://x.services.ai.azure.com/models/embeddings?api-version=1', {}, null],
    ['https://api.openai.com/v1/models', null, null],
    ['https://api.openai.com/v1/models?limit=5', null, null],
    ['https://h/v1/projects/p/locations/l/endpoints/123:predict', {}, null],
    ['https://api.openai.com/v1/files/file-1', null, null],
    ['https://api.openai.com/v1/responses/resp_1', null, null],
    ['', null, null],
  ])('%s with %j names %j', (url, body, model) => {
    expect(modelOf(url, body, null)).toBe(model);
  });

  it("reads the header of Vercel's gateway last", () => {
    const headers = { 'ai-language-model-id': ['openai/gpt-4o'] };
    expect(modelOf('https://ai-gateway.vercel.sh/v1/ai/language-model', {}, headers)).toBe('openai/gpt-4o');
    expect(modelOf('https://h/v1/responses', { model: 'a' }, headers)).toBe('a');
  });

  it('takes any URL and any body', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (url, body) => {
        const model = modelOf(url, body as JsonValue, {});
        expect(model === null || (model !== '' && typeof model === 'string')).toBe(true);
      }),
    );
  });
});
