"""Which hosts an HTTP Task may reach: the public internet and what the operator lists, by the address connected to."""

import pytest

from podium.integrations.http.addresses import AddressRefused, AddressRules


def rules(addresses, *private_hosts):
    return AddressRules(private_hosts, lambda host, port: addresses)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_addresses_inside_are_refused(address):
    with pytest.raises(AddressRefused, match="private_hosts"):
        rules([address]).address_of("api.example", 443)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are_reached(address):
    assert rules([address]).address_of("api.example", 443) == address


def test_one_address_inside_is_enough_to_refuse_a_name():
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        rules(["93.184.216.34", "10.0.0.1"]).address_of("api.example", 443)


@pytest.mark.parametrize("listed", ["api.example", "API.example", "10.0.0.1", "10.0.0.0/8"])
def test_what_the_operator_lists_is_allowed(listed):
    judge = rules(["10.0.0.1"], listed)
    assert judge.address_of("api.example", 443) == "10.0.0.1"
    assert judge.is_allowed("api.example", "10.0.0.1")


def test_a_listed_network_is_not_all_networks():
    with pytest.raises(AddressRefused):
        rules(["192.168.0.1"], "10.0.0.0/8", "::1").address_of("api.example", 443)


@pytest.mark.parametrize("entry", ["", "*.example", "10.0.0.0/99"])
def test_entries_that_mean_nothing_are_refused(entry):
    with pytest.raises(ValueError, match="expected a host name"):
        AddressRules([entry])
