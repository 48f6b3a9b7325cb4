import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { plainText } from '../../../domain/words/plain-text.ts'

const Named = z.object({ full_name: z.string().min(1) })

interface Redirect {
  url: string
  location: string | null
  apiBaseUrl: string
}

/**
 * What a redirect means, as a fault to throw. GitHub sends requests for a repository that was renamed or transferred on to its number; what
 * that is called now is asked by `get`, and nothing else is sent there: the admin has allowed the old name, and no other.
 */
export async function tellRedirect({ url, location, apiBaseUrl }: Redirect, get: (url: string) => Promise<Response>): Promise<KedgeError> {
  const { pathname } = new URL(url)
  const place = URL.parse(location ?? '', url)
  const base = new URL(apiBaseUrl)
  const number = place?.origin === base.origin ? /\/repositories\/(\d+)(?:\/|$)/.exec(place.pathname)?.[1] : undefined
  const name = number && (await nameOf(() => get(`${apiBaseUrl}/repositories/${number}`)))
  const told = name
    ? `GitHub says that the repository of ${pathname} is “${plainText(name, 200)}” now. Use its new name.`
    : `GitHub sent a redirect for ${pathname}, to ${place?.host === base.host ? 'another address of its own' : 'another host'}.`
  return new KedgeError('E_FORGE_REJECTED', `${told} No redirect is followed with a credential.`, { movedTo: name })
}

/** Undefined where it cannot be asked: that there is a redirect is told anyway. */
async function nameOf(get: () => Promise<Response>): Promise<string | undefined> {
  try {
    return Named.parse(await (await get()).json()).full_name
  } catch {
    return undefined
  }
}
