import { z } from 'zod'
import { refusalOf } from '../http/refusal.ts'
import type { GitHubClient } from './client.ts'
import type { RepositoryName } from './repository-name.ts'

/** The pull request that labels and reviewers are for. */
export interface Target {
  repository: RepositoryName
  number: number
  author: string
}

interface Reviewers {
  reviewers: string[]
  team_reviewers: string[]
}

/**
 * Sets labels, which GitHub makes when they are missing. What it refuses comes back as sentences.
 * @throws KedgeError E_FORGE_UNREACHABLE
 */
export async function setLabels(client: GitHubClient, target: Target, labels: readonly string[]): Promise<readonly string[]> {
  if (labels.length === 0) return []
  const { owner, name: repo } = target.repository
  const set = (names: readonly string[]) =>
    client.ask(`POST /repos/${owner}/${repo}/issues/${target.number}/labels`, z.unknown(), ({ rest }) =>
      rest.issues.addLabels({ owner, repo, issue_number: target.number, labels: [...names] }),
    )
  return eachAlone(labels, set, (refused, reason) => `The label ${quote(refused)} was not set: ${reason}`)
}

/**
 * Asks people (`ada`) and teams (`acme/platform`) for a review; the author and bots are left out. What GitHub refuses comes
 * back as sentences.
 * @throws KedgeError E_FORGE_UNREACHABLE
 */
export async function requestReviews(client: GitHubClient, target: Target, wanted: readonly string[]): Promise<readonly string[]> {
  const { owner, name: repo } = target.repository
  const names = [...new Set(wanted)].filter((name) => name !== '' && !name.endsWith('[bot]') && !sameName(name, target.author))
  if (names.length === 0) return []
  const foreign = names.filter((name) => name.includes('/') && !sameName(name.split('/')[0] ?? '', owner))
  const ask = (some: readonly string[]) =>
    client.ask(`POST /repos/${owner}/${repo}/pulls/${target.number}/requested_reviewers`, z.unknown(), ({ rest }) =>
      rest.pulls.requestReviewers({ owner, repo, pull_number: target.number, ...toReviewers(some) }),
    )
  const refused = await eachAlone(
    names.filter((name) => !foreign.includes(name)),
    ask,
    (name, reason) => `${quote(name)} was not asked for a review: ${reason}`,
  )
  return [...foreign.map((name) => `${quote(name)} was not asked for a review: the team is not one of ${owner}.`), ...refused]
}

/** All in one request; only when that is refused one by one, because GitHub refuses all for the sake of one. */
async function eachAlone(
  names: readonly string[],
  send: (names: readonly string[]) => Promise<unknown>,
  explain: (name: string, reason: string) => string,
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const reason = await refusalOf(() => send(names))
  if (reason === undefined) return []
  if (names.length === 1 || reason.code !== 'E_FORGE_REJECTED') return names.map((name) => explain(name, reason.what))
  const sentences: string[] = []
  for (const name of names) sentences.push(...(await eachAlone([name], send, explain)))
  return sentences
}

function toReviewers(names: readonly string[]): Reviewers {
  return {
    reviewers: names.filter((name) => !name.includes('/')),
    team_reviewers: names.flatMap((name) => name.split('/').slice(1)),
  }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function quote(name: string): string {
  return JSON.stringify(name)
}
