import type { RestClient } from '../http/client.ts'
import type { RepositoryName } from './repository-name.ts'

/** One repository on one Gitea, and who Kedge is there. */
export interface GiteaRepository {
  client: RestClient
  repository: RepositoryName
  /** Where the API has it: `/repos/OWNER/NAME`. */
  path: string
  /** The repository's page, without a slash at the end. */
  webUrl: string
  /** The account that Kedge's comments come from. @throws KedgeError E_FORGE_* */
  login: () => Promise<string>
}
