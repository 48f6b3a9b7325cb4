import { describe, expect, it } from 'vitest'
import type { GitRepositories } from '../../src/ports/git.ts'

/** Where repositories are opened. */
export interface GitRepositoriesWorld extends AsyncDisposable {
  repositories: GitRepositories
  /** One that may be opened. */
  allowed: string
  /** Another that may be opened. */
  other: string
  /** One that may not, with a password in its address. */
  refused: { url: string; password: string }
}

/** What every GitRepositories promises. */
export function describeGitRepositories(name: string, open: () => Promise<GitRepositoriesWorld>): void {
  describe(`${name} as GitRepositories`, () => {
    it('opens one repository as one object, however often: by that, what was read of it is found again', async () => {
      await using world = await open()
      const [first, again] = await Promise.all([world.allowed, world.allowed].map((url) => world.repositories.open(url)))
      expect(again).toBe(first)
      expect(await world.repositories.open(world.allowed)).toBe(first)
    })

    it('opens another as another', async () => {
      await using world = await open()
      const [one, other] = await Promise.all([world.allowed, world.other].map((url) => world.repositories.open(url)))
      expect(other).not.toBe(one)
    })

    it('opens none that the admin does not allow, and says which without its password', async () => {
      await using world = await open()
      const fault = await world.repositories.open(world.refused.url).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(fault).toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
      expect(String(fault)).not.toContain(world.refused.password)
    })
  })
}
