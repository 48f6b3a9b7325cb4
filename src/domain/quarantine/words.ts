import { plainText } from '../words/plain-text.ts'
import { versionName } from '../words/wording.ts'
import type { Quarantine } from './quarantine.ts'

type Named = Pick<Quarantine, 'images' | 'templates'>

/** What a person calls what is in quarantine: its images by their last parts, or the template. */
export function quarantinedName({ images, templates }: Named): string {
  return images.length > 0 ? versionName(images, null) : `template ${plainText(templates.at(-1) ?? '', 60)}`
}

/**
 * A day for people, `2026-12-15`, in UTC. `at`: epoch ms. The domain has no calendar of the machine: days are counted as
 * in Howard Hinnant's `civil_from_days`.
 */
export function dayOf(at: number): string {
  const days = Math.floor(at / 86_400_000) + 719_468
  const era = Math.floor(days / 146_097)
  const ofEra = days - era * 146_097
  const years = Math.floor((ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100))
  const shifted = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = years + era * 400 + (month <= 2 ? 1 : 0)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}`
}

/** How a quarantine came out, as a clause. */
export function endWords({ outcome, liftedBy }: { outcome: Quarantine['outcome']; liftedBy?: string | null | undefined }): string {
  switch (outcome) {
    case 'lifted':
      return `lifted by ${plainText(liftedBy ?? 'a person', 100)}`
    case 'expired':
      return 'its days are over'
    case 'proven':
      return 'it serves healthy by now'
    case 'cleared':
      return 'it failed for what many failed for'
    case null:
      return 'it stands'
  }
}

/** What is told beside a commit that brings it back. One line; a forge cuts it from behind. */
export function redWords(quarantine: Quarantine): string {
  const { reason, until, key } = quarantine
  return plainText(`${quarantinedName(quarantine)} failed here (${reason}): in quarantine ${key} until ${dayOf(until)}`, 300)
}

/** What is told beside a commit that brought it, or takes it out, once nothing speaks against it any more. */
export function greenWords(quarantine: Quarantine): string {
  const name = quarantinedName(quarantine)
  return plainText(quarantine.state === 'standing' ? `${name} is not brought back any more` : `${name}: ${endWords(quarantine)}`, 300)
}
