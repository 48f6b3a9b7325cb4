import type { PullRequestPeople } from '../../../domain/people.ts'
import { approvalsOr } from '../http/refusal.ts'
import type { GiteaRepository } from './repository.ts'
import { approversOf, type PullRequestResource, ReviewResource, toPullRequest } from './resources.ts'

/** Who wrote, approved and merged a pull request. @throws KedgeError E_FORGE_* */
export async function peopleOf(
  { client, path }: Pick<GiteaRepository, 'client' | 'path'>,
  pull: PullRequestResource,
): Promise<PullRequestPeople> {
  const { number, author } = toPullRequest(pull)
  const approvals = await approvalsOr(async () => {
    const reviews = await client.list({ path: `${path}/pulls/${number}/reviews` }, ReviewResource)
    return approversOf(reviews).filter((login) => login !== author)
  })
  return { author, ...(pull.merged && pull.merged_by && { mergedBy: pull.merged_by.login }), ...approvals }
}
