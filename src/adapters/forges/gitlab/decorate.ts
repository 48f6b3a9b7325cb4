import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { refusalOf } from '../http/refusal.ts'
import { Account, isBot, MergeRequest, usernameOf, type GitLabProject } from './resources.ts'

/**
 * Sets labels, which GitLab makes when they are missing. What it refuses comes back as sentences.
 * @throws KedgeError E_FORGE_UNREACHABLE
 */
export async function setLabels(project: GitLabProject, number: number, labels: readonly string[]): Promise<readonly string[]> {
  // The list is one text there, so that a name with a comma would be two.
  const names = labels.filter((name) => !name.includes(','))
  const sentences = labels.filter((name) => name.includes(',')).map((name) => `The label ${quote(name)} was not set: it has a comma.`)
  if (names.length === 0) return sentences
  const refusal = await refusalOf(() => update(project, number, { add_labels: names.join(',') }))
  return refusal ? [...sentences, ...names.map((name) => `The label ${quote(name)} was not set: ${refusal.what}`)] : sentences
}

/**
 * Asks people for a review, beside those who are asked already; the author and bots are left out. Whom GitLab does not know, and whom it
 * leaves out (without a paid plan it takes one), comes back as sentences.
 * @throws KedgeError E_FORGE_UNREACHABLE
 */
export async function requestReviews(
  project: GitLabProject,
  resource: MergeRequest,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const author = usernameOf(resource.author)
  const names = [...new Set(wanted)].filter((name) => name !== '' && !isBot(name) && !isSame(name, author))
  const sentences: string[] = []
  const found: Account[] = []
  for (const name of names) {
    const account = await find(project, name)
    if (account === undefined) sentences.push(`${quote(name)} was not asked for a review: GitLab knows no such user.`)
    else if (account instanceof KedgeError) sentences.push(`${quote(name)} was not asked for a review: ${account.what}`)
    else found.push(account)
  }
  const before = (resource.reviewers ?? []).map(({ id }) => id)
  const missing = found.filter(({ id }) => !before.includes(id))
  if (missing.length === 0) return sentences
  let after: readonly number[] = []
  const refusal = await refusalOf(async () => {
    const updated = await update(project, resource.iid, { reviewer_ids: [...before, ...missing.map(({ id }) => id)] })
    after = (updated.reviewers ?? []).map(({ id }) => id)
  })
  const reason = refusal?.what ?? 'GitLab left them out; without a paid plan it takes one reviewer.'
  const left = missing.filter(({ id }) => !after.includes(id))
  return [...sentences, ...left.map(({ username }) => `${quote(username)} was not asked for a review: ${reason}`)]
}

async function find({ client }: GitLabProject, username: string): Promise<Account | KedgeError | undefined> {
  let found: readonly Account[] = []
  const refusal = await refusalOf(async () => {
    found = await client.ask({ method: 'GET', path: '/users', query: { username } }, z.array(Account))
  })
  return refusal ?? found.find((account) => isSame(account.username, username))
}

function update({ client, path }: GitLabProject, number: number, body: Readonly<Record<string, unknown>>): Promise<MergeRequest> {
  return client.ask({ method: 'PUT', path: `${path}/merge_requests/${number}`, body }, MergeRequest)
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function quote(name: string): string {
  return JSON.stringify(name)
}
