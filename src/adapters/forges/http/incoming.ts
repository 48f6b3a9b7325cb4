import { normaliseRepoURL } from '../../../domain/application/repo-url.ts'
import type { Hint } from '../../../ports/webhook.ts'

const DELIVERY_ID = /^[\w-]{1,100}$/
const LONGEST_URL = 2_048

/** The id that a forge has given a delivery; undefined where it is none. */
export function deliveryId(given: string | undefined): string | undefined {
  return given !== undefined && DELIVERY_ID.test(given) ? given : undefined
}

/** To look at the repository of the clone URL that a payload names; nothing where it names none. */
export function hintsAt(url: unknown): readonly Hint[] {
  if (typeof url !== 'string' || url === '' || url.length > LONGEST_URL) return []
  return [{ look: 'repository', repository: normaliseRepoURL(url) }]
}
