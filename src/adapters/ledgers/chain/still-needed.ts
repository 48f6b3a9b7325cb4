import { KedgeError } from '../../../domain/errors.ts'

/** Why nothing is removed of what a store was asked to forget: `archive` writes it anew first. */
export function stillNeeded({ kind, key }: { kind: string; key: string }): KedgeError {
  return new KedgeError('E_INTERNAL', `${kind} ${key} is still decided on`)
}
