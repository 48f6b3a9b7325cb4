import { KedgeError } from '../../../domain/errors.ts'

const REPOSITORY = /^\/repos\/([\w.-]{1,100}\/[\w.-]{1,100})(?=\/|$)/

/**
 * What a redirect means, as a fault to throw: Gitea sends requests by a name that a repository had before on to its present one. Nothing
 * is sent there: the admin has allowed the old name, and no other.
 */
export function toldRedirect(apiUrl: string, path: string, location: string | null): KedgeError {
  const place = URL.parse(location ?? '', apiUrl)
  const base = new URL(apiUrl)
  const isInside = place?.origin === base.origin && place.pathname.startsWith(`${base.pathname}/`)
  const before = REPOSITORY.exec(path)?.[1]
  const now = isInside ? REPOSITORY.exec(place.pathname.slice(base.pathname.length))?.[1] : undefined
  const told =
    before !== undefined && now !== undefined && before !== now
      ? `Gitea says that ${before} is “${now}” now. Use its new name.`
      : `Gitea sent a redirect for ${path}, to ${place?.host === base.host ? 'another address of its own' : 'another host'}.`
  return new KedgeError('E_FORGE_REJECTED', `${told} No redirect is followed with a credential.`)
}
