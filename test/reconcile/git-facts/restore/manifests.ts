import type { GitRepository } from '../../../../src/ports/git.ts'

/** A Job that runs as a hook. */
export const job = (image: string): string =>
  `kind: Job\nmetadata:\n  name: migrate\n  annotations: {argocd.argoproj.io/hook: PreSync}\nspec: {image: ${image}}\n`

/** A definition, as one document of several. */
export const crd = (name: string, size = '1', label = 'a'): string =>
  `---\nkind: CustomResourceDefinition\nmetadata: {name: ${name}, labels: {chart: ${label}}}\nspec: {size: ${size}}\n`

/** A repository, and how many files were asked for of which no more than so many bytes are read. */
export function counted(repository: GitRepository): { repository: GitRepository; texts: (bytes: number) => number } {
  const asked: number[] = []
  return {
    repository: {
      ...repository,
      readFiles(revision, paths, maxBytes) {
        asked.push(...paths.map(() => maxBytes))
        return repository.readFiles(revision, paths, maxBytes)
      },
    },
    texts: (bytes) => asked.filter((one) => one === bytes).length,
  }
}
