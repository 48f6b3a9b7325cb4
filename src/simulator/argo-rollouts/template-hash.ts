import { canonicalJson, isObject } from '../json.ts'
import type { PodTemplate } from './types.ts'

/** Kubernetes' alphabet for generated names: no vowels, so that no words appear (k8s.io/apimachinery util/rand). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * The pod-template-hash: equal templates, equal hashes. Not the number a real controller computes, which hashes Go's
 * own memory layout.
 */
export function hashTemplate(template: PodTemplate): string {
  return hashText(canonicalJson(normalised(template)))
}

/** Ten characters that stand for a text. */
export function hashText(text: string): string {
  // FNV-1a, 32 bits, as Argo Rollouts uses it.
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return Array.from(String(hash).padStart(10, '0'), (digit, index) => ALPHABET[(Number(digit) + index) % ALPHABET.length]).join('')
}

/** A value without the empty members that the API server and the controller write into a spec: they change nothing. */
export function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised)
  if (!isObject(value)) return value
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [key, normalised(member)])
  return Object.fromEntries(members.filter(([, member]) => member !== null && member !== undefined && !isEmpty(member)))
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0
}
