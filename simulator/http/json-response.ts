import { stringify } from 'lossless-json';
import type { Answer } from '../providers/provider.js';

/** A JSON answer. LosslessNumbers in it keep their digits. */
export function jsonAnswer(status: number, body: object): Answer {
  return { status, contentType: 'application/json', body: stringify(body) ?? '' };
}
