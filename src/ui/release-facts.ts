import type { ReleaseDetail } from '../api/contract.ts'
import { exposureFact } from '../api/exposure.ts'
import { CAUSE_WORDS, handlingWords, quarantineWords, stormWords } from '../api/words.ts'
import { builtFromWords } from '../domain/release/image-source.ts'
import { ranWords } from '../domain/release/ran-image.ts'
import { peopleLines, peopleOf } from '../domain/report/people.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { pullRequestNumber } from '../domain/words/pull-request.ts'
import { hasVersionBefore } from '../domain/words/wording.ts'
import { safeHref } from './html.ts'

/** One fact of a release: a harmless line, and an address that may be linked. */
export interface Fact {
  label: string
  value: string
  href: string | undefined
}

/** Who did what to a release. What nobody has told is said as not known. */
export function peopleFacts({ release, revert, quarantine, storm }: ReleaseDetail): readonly Fact[] {
  return peopleLines(peopleOf(release, { revert, quarantine, storm })).map((fact) => ({ ...fact, href: undefined }))
}

/** What is known of a release beside what happened. `now`: epoch milliseconds. */
export function factsOf({ freshness, release, revert, links, storm, quarantine }: ReleaseDetail, now: number): readonly Fact[] {
  const fact = (label: string, value: string | null | undefined, href?: string | null) =>
    value ? [{ label, value: plainText(value, 500), href: safeHref(href) }] : []
  return [
    ...handlingWords(release, revert ?? undefined, now).flatMap(({ label, value }) => fact(label, value)),
    ...exposureFact(release, !freshness.fresh, now).flatMap(({ label, value }) => fact(label, value)),
    ...fact('Application', release.applied?.application, links.application),
    ...fact('Repository', release.repository),
    ...fact(
      'Brought in by',
      release.sourcePr ? `${pullRequestNumber(release.sourcePr)} by ${release.sourcePr.author}` : release.author,
      release.sourcePr?.url,
    ),
    ...(release.imageSources ?? []).flatMap((one) => fact('Built from', builtFromWords(one), one.source)),
    ...(release.ranImages ?? []).flatMap((one) => fact('Ran', ranWords(one))),
    ...fact('Cause', release.cause ? CAUSE_WORDS[release.cause] : null),
    ...fact('Storm', storm && stormWords(storm)),
    ...fact('Quarantine', quarantine && quarantineWords(quarantine)),
    ...fact('Attempts', String(release.attempts.length)),
    ...fact('Same template failed', release.recurrence > 1 ? `${release.recurrence} times` : null),
    ...fact(
      'Pod template',
      release.podTemplateHash && `${release.podTemplateHash}, before it ${hasVersionBefore(release) ? release.stableHash : 'nothing'}`,
    ),
    ...fact('Signed statement', links.attestation && 'in-toto, in a DSSE envelope', links.attestation),
    ...links.more.flatMap(({ text, url }) => fact('Link', text, url)),
  ]
}
