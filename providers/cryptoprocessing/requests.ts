import type { LegalEntity, NaturalPerson, WithdrawalRequest } from '../../domain/request.js';
import { withdrawalBody } from '../processing/requests.js';
import type { WithdrawalBody } from '../processing/wire.js';
import type { Parties } from './wire.js';

/** The body of a create: amounts as strings, as in the documents' sample, and both parties. */
export function createBody(request: WithdrawalRequest): WithdrawalBody & Parties {
  return { ...withdrawalBody(request, (amount) => amount), ...parties(request) };
}

function parties({ sender, receiver }: WithdrawalRequest): Parties {
  if (sender === undefined || receiver === undefined) {
    throw new Error('sender and receiver are required: the request was not checked');
  }
  const { email } = sender;
  return {
    sender_type: sender.type,
    sender_data: { ...person(sender), ...(email !== undefined && { email }) },
    receiver_type: receiver.type,
    // "If receiver_type is set to self, do not include this object."
    ...(receiver.type !== 'self' && { receiver_data: person(receiver) }),
  };
}

function person(party: NaturalPerson | LegalEntity) {
  switch (party.type) {
    case 'natural':
      return { first_name: party.firstName, last_name: party.lastName, date_of_birth: party.dateOfBirth };
    case 'legal':
      return { legal_name: party.legalName, country_of_registration: party.countryOfRegistration };
  }
}
