/** The providers' documented requests, as they are sent to the simulator. */
export const cryptoprocessingRequest = {
  currency: 'BTC',
  foreign_id: 'test_foreign_id_0148',
  end_user_reference: 'test_end_user_reference',
  sender_type: 'legal',
  sender_data: { legal_name: 'Example GmbH', country_of_registration: 'DEU' },
  receiver_type: 'natural',
  receiver_data: { first_name: 'Friedrich', last_name: 'Müller', date_of_birth: '1995-08-17' },
  address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
  amount: '0.00003000',
};
export const alphapoRequest = {
  currency: 'EUR',
  convert_to: 'BTC',
  address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
  tag: null,
  amount: 25,
  foreign_id: 'user_2317',
  end_user_reference: 'guest_user17',
};
export const cryptopayRequest = {
  charged_currency: 'EUR',
  charged_amount_to_send: '10',
  address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
  received_currency: 'BTC',
};
export const cryptocloudRequest =
  '{"currency_code":"ETH","to_address":"0x3963430000000000000000000000210945346fb8","amount":0.003}';
