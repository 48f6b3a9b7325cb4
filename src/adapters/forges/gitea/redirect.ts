import type { Request } from '../http/client.ts'
import type { Answer } from '../http/refusal.ts'

const REPOSITORY = /\/repos\/([\w.-]{1,100}\/[\w.-]{1,100})(?=\/|\?|$)/

/** What a repository is called now: Gitea sends requests by a name that it had before on to its present one, by its address. */
export async function nameNow({ path }: Request, { headers }: Answer): Promise<string | undefined> {
  const now = REPOSITORY.exec(headers.get('location') ?? '')?.[1]
  return now === REPOSITORY.exec(path)?.[1] ? undefined : now
}
