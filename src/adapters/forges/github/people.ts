import { z } from 'zod'
import type { PullRequestPeople } from '../../../domain/people.ts'
import { approvalsOr } from '../http/refusal.ts'
import type { GitHubRepository } from './client.ts'
import { approversOf, loginOf, PullRequestResource, ReviewResource } from './resources.ts'

/**
 * Who wrote, approved and merged a pull request. The right to read pull requests is enough for all three.
 * @throws KedgeError E_FORGE_*
 */
export async function peopleOn(
  { client, repository }: Pick<GitHubRepository, 'client' | 'repository'>,
  number: number,
): Promise<PullRequestPeople> {
  const { owner, name: repo } = repository
  const path = `/repos/${owner}/${repo}/pulls/${number}`
  const ofPull = { owner, repo, pull_number: number }
  const { user, merged_by: merger } = await client.ask(`GET ${path}`, PullRequestResource, ({ rest }) => rest.pulls.get(ofPull))
  const author = loginOf(user)
  const approvals = await approvalsOr(async () => {
    const reviews = await client.list(`GET ${path}/reviews`, z.array(ReviewResource), ({ rest }, page) =>
      rest.pulls.listReviews({ ...ofPull, ...page }),
    )
    return approversOf(reviews).filter((login) => login !== author)
  })
  return { author, ...(merger && { mergedBy: merger.login }), ...approvals }
}
