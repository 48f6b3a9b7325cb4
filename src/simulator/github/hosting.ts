import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Faults } from '../loopback/faults.ts'
import type { LoopbackServer } from '../loopback/server.ts'
import { createAccounts } from './accounts.ts'
import { createBareRepository } from './bare-repository.ts'
import { newRepository, type Forge, type Repository } from './forge.ts'
import { createPeople, type People } from './people.ts'
import type { Webhooks } from './webhooks.ts'

/** What every stand-in of a forge has, whichever it stands in for. */
export interface Hosting extends AsyncDisposable {
  url: string
  forge: Forge
  faults: Faults
  /** Creates `owner/name`, or `group/subgroup/name`, served for git at `url/owner/name.git`. */
  createRepository(fullName: string): Promise<{ repository: Repository; people: People; cloneUrl: string }>
  stop(): Promise<void>
}

/** A forge without accounts and repositories; its address comes with its server. */
export function newForge(clock: Clock, webhooks: Webhooks): Forge {
  let lastId = 0
  return {
    clock,
    url: '',
    accounts: createAccounts(clock),
    webhooks,
    repositories: new Map(),
    renamed: new Map(),
    nextId: () => ++lastId,
  }
}

/** The forge behind its server, with its bare repositories in a folder. */
export function hosted(forge: Forge, server: LoopbackServer, directory: string): Hosting {
  forge.url = server.url
  const stop = async (): Promise<void> => {
    await forge.webhooks.settled()
    await server.close()
    for (const { git } of forge.repositories.values()) git.close()
  }
  return {
    url: server.url,
    forge,
    faults: server.faults,
    async createRepository(fullName) {
      const [, owner = '', name = ''] = /^(.+)\/([^/]+)$/.exec(fullName) ?? []
      const repository = newRepository(owner, name, await createBareRepository(join(directory, owner, `${name}.git`), forge.clock))
      forge.repositories.set(fullName, repository)
      return { repository, people: createPeople(forge, repository), cloneUrl: `${server.url}/${fullName}.git` }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
