import { z } from 'zod'
import type { Request } from '../http/client.ts'
import { type Answer, toJson } from '../http/refusal.ts'

const Named = z.object({ path_with_namespace: z.string().min(1) })

/** Whether an answer says that a project has moved: GitLab redirects GET alone, and refuses all others with words of its own. */
export function saysMoved({ status, text }: Answer): boolean {
  return status === 405 && /moved projects/i.test(text)
}

/**
 * What a project is called now that was asked for by the name it had before: GitLab sends GET on to its number, and refuses all others, so
 * that the project itself has to be asked for.
 */
export async function movedTo({ path }: Request, answer: Answer, look: (path: string) => Promise<Answer>): Promise<string | undefined> {
  const project = /^\/projects\/[^/]+/.exec(path)?.[0]
  const redirect = answer.headers.has('location') || project === undefined ? answer : await look(project)
  const number = /\/projects\/(\d+)(?:[/?]|$)/.exec(redirect.headers.get('location') ?? '')?.[1]
  if (number === undefined) return undefined
  return Named.safeParse(toJson((await look(`/projects/${number}`)).text)).data?.path_with_namespace
}
