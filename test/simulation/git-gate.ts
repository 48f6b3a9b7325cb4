import type { GitRepositories } from '../../src/ports/git.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import type { Stage } from './stage.ts'

/** A Git that answers nobody until it is told to. */
export function createGate() {
  const state = { gate: Promise.resolve(), open: (): void => undefined }
  const wait = (repositories: GitRepositories): GitRepositories => ({
    async open(repoURL) {
      await state.gate
      return repositories.open(repoURL)
    },
  })
  return {
    wrap: (environment: Environment): Environment => ({ ...environment, repositories: wait(environment.repositories) }),
    close(): void {
      const { promise, resolve } = Promise.withResolvers<void>()
      Object.assign(state, { gate: promise, open: resolve })
    },
    open: (): void => state.open(),
    /** However a test ends, nobody waits for ever. */
    [Symbol.dispose]: (): void => state.open(),
  }
}

/** Lets time pass while somebody is waited for, who does not come. */
export async function pass(stage: Stage, ms: number): Promise<void> {
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  await settled()
  await stage.clock.advanceTo(stage.clock.now() + ms, settled)
}

/** Lets Kedge see the world as it is, and time pass, while somebody is waited for. */
export async function showAndPass(stage: Stage, ms: number): Promise<void> {
  await Promise.race([stage.show(), pass(stage, ms)])
}
