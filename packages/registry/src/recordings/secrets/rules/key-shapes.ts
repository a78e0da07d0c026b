import type { KeyShape } from './key-shape.js';
import { PROVIDER_KEYS } from './provider-keys.js';
import { SERVICE_KEYS } from './service-keys.js';

/** Every key that is recognised by its shape. Where two match at one place, the first names the kind. */
export const KEY_SHAPES: readonly KeyShape[] = [...PROVIDER_KEYS, ...SERVICE_KEYS];
