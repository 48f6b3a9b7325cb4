import type { PullRequestPeople } from '../../../domain/people.ts'
import { approvalsOr } from '../http/refusal.ts'
import { Approvals, type GitLabProject, isBot, type MergeRequest, usernameOf } from './resources.ts'

/** Who wrote, approved and merged a merge request. Not every plan tells of approvals. @throws KedgeError E_FORGE_* */
export async function peopleOf({ client, path }: GitLabProject, resource: MergeRequest): Promise<PullRequestPeople> {
  const author = usernameOf(resource.author)
  const merger = resource.merge_user ?? resource.merged_by
  const approvals = await approvalsOr(async () => {
    const { approved_by: given } = await client.ask({ method: 'GET', path: `${path}/merge_requests/${resource.iid}/approvals` }, Approvals)
    const names = (given ?? []).flatMap(({ user }) => (user && !isBot(user.username) ? [user.username] : []))
    return names.filter((name) => name !== author)
  })
  return { author, ...(merger && { mergedBy: merger.username }), ...approvals }
}
