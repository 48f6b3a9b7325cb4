import type { Forge, Repository } from './forge.ts'

/** The repository `owner/name` where the token reaches it. One that it does not reach seems not to exist. */
export function reachable(forge: Forge, token: string, fullName: string): Repository | undefined {
  const grant = forge.accounts.authenticate(token)
  const repository = forge.repositories.get(fullName)
  // A token is for a repository, whatever that is called meanwhile.
  const names = [fullName, ...[...forge.renamed].filter(([, one]) => one === repository).map(([before]) => before)]
  const reaches = grant?.repositories?.some((name) => names.includes(name)) ?? grant !== undefined
  return reaches ? repository : undefined
}
