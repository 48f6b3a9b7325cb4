import { z } from 'zod'
import type { KedgeError } from '../../../domain/errors.ts'
import { refusalOf } from '../http/refusal.ts'
import type { GiteaRepository } from './repository.ts'
import { LabelResource } from './resources.ts'

/** The pull request that labels and reviewers are for. */
export interface Target {
  number: number
  author: string
}

/** What a label looks like that nobody has made yet: the colour that Gitea suggests for "reverted". */
const LABEL_COLOUR = '#795548'

/**
 * Sets labels by name, and makes those that neither the repository nor its organisation has. What Gitea refuses comes back as sentences.
 * @throws KedgeError E_FORGE_UNREACHABLE
 */
export async function setLabels(at: GiteaRepository, { number }: Target, labels: readonly string[]): Promise<readonly string[]> {
  if (labels.length === 0) return []
  const add = (some: readonly (string | number)[]) =>
    at.client.ask({ method: 'POST', path: `${at.path}/issues/${number}/labels`, body: { labels: some } }, z.array(LabelResource).nullable())
  const explain = (label: string) => (refused: KedgeError) => `The label ${JSON.stringify(label)} was not set: ${refused.what}`
  let set: readonly { name: string }[] = []
  const refused = await refusalOf(async () => void (set = (await add(labels)) ?? []))
  if (refused) return labels.map((label) => explain(label)(refused))
  // It passes over names that it does not know.
  const missing = [...new Set(labels)].filter((label) => !set.some(({ name }) => sameName(name, label)))
  const sentences: string[] = []
  for (const label of missing) {
    const refusal = await refusalOf(async () => {
      const request = { method: 'POST', path: `${at.path}/labels`, body: { name: label, color: LABEL_COLOUR } } as const
      await add([(await at.client.ask(request, LabelResource)).id])
    })
    if (refusal) sentences.push(explain(label)(refusal))
  }
  return sentences
}

/**
 * Asks people (`ada`) and teams (`acme/platform`) for a review; the author and bots are left out. One by one, because Gitea stops at the
 * first that it refuses. What it refuses comes back as sentences.
 * @throws KedgeError E_FORGE_UNREACHABLE
 */
export async function requestReviews(at: GiteaRepository, target: Target, wanted: readonly string[]): Promise<readonly string[]> {
  const names = [...new Set(wanted)].filter((name) => name !== '' && !name.endsWith('[bot]') && !sameName(name, target.author))
  const sentences: string[] = []
  for (const name of names) {
    const [owner = '', team] = name.split('/')
    if (team !== undefined && !sameName(owner, at.repository.owner)) {
      sentences.push(`${JSON.stringify(name)} was not asked for a review: the team is not one of ${at.repository.owner}.`)
      continue
    }
    const body = { reviewers: team === undefined ? [name] : [], team_reviewers: team === undefined ? [] : [team] }
    const request = { method: 'POST', path: `${at.path}/pulls/${target.number}/requested_reviewers`, body } as const
    const refusal = await refusalOf(() => at.client.ask(request, z.unknown()))
    if (refusal) sentences.push(`${JSON.stringify(name)} was not asked for a review: ${refusal.what}`)
  }
  return sentences
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
