import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, objectsAt, textAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';

/** Model lists of OpenAI (`data`, or the bare list that a client yields) and Ollama (`models`). */
export const modelList: ApiFamily = {
  shape: 'models',
  isComplete: (body) =>
    objectsAt(body, 'data').some(isModel) ||
    objectsAt(body, 'models').some((model) => modelName(model) !== ''),
  toAnswerBody: (body) => {
    const { data, models, ...rest } = body;
    return { ...rest, data: sorted(Array.isArray(data) ? data : Array.isArray(models) ? models : []) };
  },
  stream: null,
  textOf: () => null,
};

/** Whether every element of a bare list is a model. */
export function isModelList(list: JsonValue[]): boolean {
  return list.length > 0 && list.every((item) => isObject(item) && isModel(item));
}

function isModel(item: JsonObject): boolean {
  return item['object'] === 'model' || (textAt(item, 'id') !== null && 'owned_by' in item);
}

function modelName(item: JsonValue): string {
  if (!isObject(item)) return '';
  return textAt(item, 'id') ?? textAt(item, 'model') ?? textAt(item, 'name') ?? '';
}

function sorted(models: JsonValue[]): JsonValue[] {
  return [...models].sort((left, right) => {
    const [a, b] = [modelName(left), modelName(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
}
