/** Why a callback became a case. */
export const caseReasons = [
  'unknown withdrawal',
  'unreadable',
  'differs from the recorded end',
  'is not about this withdrawal',
] as const;

export type CaseReason = (typeof caseReasons)[number];

export function isCaseReason(text: string): text is CaseReason {
  return caseReasons.some((reason) => reason === text);
}
